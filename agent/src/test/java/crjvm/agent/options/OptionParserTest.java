package crjvm.agent.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import crjvm.agent.message.Failure;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionParserTest {
  @Test
  void everythingButTheWarmPointHasADefault() throws Failure {
    Options options = OptionParser.parse("at=port:8080");

    assertThat(options.images().folder()).isEqualTo(Path.of("crjvm-image"));
    assertThat(options.moment().point()).isEqualTo(new WarmPoint.Port(8080));
    assertThat(options.moment().text()).isEqualTo("port:8080");
    assertThat(options.moment().warmUp()).isEmpty();
    assertThat(options.moment().quiet()).contains(Duration.ofSeconds(60));
    assertThat(options.moment().then()).isEqualTo(Options.Then.EXIT);
    assertThat(options.means().helper()).isEmpty();
    assertThat(options.means().timeLimit()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void everyOptionIsRead() throws Failure {
    Options options =
        OptionParser.parse(
            "image=/i,at=main,warmup=cmd:true,quiet=off,then=continue,helper=/h,time-limit=2m");

    assertThat(options.images().folder()).isEqualTo(Path.of("/i"));
    assertThat(options.moment().point()).isEqualTo(new WarmPoint.Main());
    assertThat(options.moment().warmUp()).contains(new WarmUp.Command("true"));
    assertThat(options.moment().quiet()).isEmpty();
    assertThat(options.moment().then()).isEqualTo(Options.Then.CONTINUE);
    assertThat(options.means().helper()).contains(Path.of("/h"));
    assertThat(options.means().timeLimit()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void everyOptionIsDocumented() throws Exception {
    String message =
        catchThrowableOfType(Failure.class, () -> OptionParser.parse("foo=1")).getMessage();
    List<String> known = List.of(message.replaceFirst(".*known are ", "").split(", "));
    List<String> documented;
    try (Stream<String> lines = Files.lines(Path.of("../docs/agent-options.md"))) {
      documented =
          lines
              .takeWhile(line -> !line.startsWith("## "))
              .filter(line -> line.startsWith("| `"))
              .map(line -> line.split("`")[1])
              .toList();
    }

    assertThat(documented).containsExactlyInAnyOrderElementsOf(known);
    for (String name : known) {
      Throwable refusal = catchThrowable(() -> OptionParser.parse(name + "=?"));
      assertThat(String.valueOf(refusal)).doesNotContain("unknown option");
    }
  }

  @Test
  void aTrainingFileIsForTools() throws Failure {
    Options options = OptionParser.parse("at=main,train=lines.txt,train-limit=2s");
    assertThat(options.training())
        .contains(new Options.Training(Path.of("lines.txt"), Duration.ofSeconds(2)));
    assertThat(options.means().recordsWorkingSet()).isTrue();

    Options untrained = OptionParser.parse("at=main,train=off");
    assertThat(untrained.training()).isEmpty();
    assertThat(untrained.means().recordsWorkingSet()).isFalse();

    assertThatThrownBy(() -> OptionParser.parse("at=port:1,train=lines.txt"))
        .hasMessageContaining("the option \"train\" is the file \"lines.txt\"")
        .hasMessageContaining("use at=main for a tool");
    assertThatThrownBy(() -> OptionParser.parse("at=main,warmup=cmd:true,train=lines.txt"))
        .hasMessageContaining("\"warmup\" has no effect with train=lines.txt");
  }

  @Test
  void seriesOfImagesGoesOn() throws Failure {
    Options options = OptionParser.parse("at=main,every=10m");
    assertThat(options.images().every()).contains(Duration.ofMinutes(10));
    assertThat(options.images().keep()).hasValue(3);
    assertThat(options.moment().then()).isEqualTo(Options.Then.CONTINUE);
    assertThat(OptionParser.parse("at=main,every=1s,keep=1,then=continue").images().keep())
        .hasValue(1);
    assertThat(OptionParser.parse("at=main").images().keep()).isEmpty();
    Options alone = OptionParser.parse("every=10m");
    assertThat(alone.moment().point()).isEqualTo(new WarmPoint.Delay(Duration.ofMinutes(10)));
    assertThat(alone.moment().text()).isEqualTo("delay:10m");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "every=10m,then=exit | then=exit would end it",
        "keep=3 | the option \"keep\" is about images of every=",
        "every=1s,keep=0 | the option \"keep\" can't be \"0\"",
        "every=1s,keep=all | the option \"keep\" can't be \"all\"",
        "every=500ms | the option \"every\" can't be \"500ms\"",
        "every=often | the option \"every\" can't be \"often\"",
      })
  void seriesThatCannotBeIsRefused(String text, String cause) {
    assertThatThrownBy(() -> OptionParser.parse("at=main," + text))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(cause);
  }

  @Test
  void aBackslashProtectsCommasAndItself() throws Failure {
    Options options = OptionParser.parse("at=api,warmup=cmd:echo a\\, b \\\\ \\c");

    assertThat(options.moment().warmUp()).contains(new WarmUp.Command("echo a, b \\ \\c"));
  }

  @Test
  void warmPointsAreOfEightKinds() throws Failure {
    URI url = URI.create("http://localhost:8080/ready");
    assertThat(at("http:http://localhost:8080/ready")).isEqualTo(new WarmPoint.Http(url));
    assertThat(at("http://localhost:8080/ready")).isEqualTo(new WarmPoint.Http(url));
    assertThat(at("method:com.acme.App#ready"))
        .isEqualTo(new WarmPoint.Method("com.acme.App", "ready"));
    assertThat(at("main")).isEqualTo(new WarmPoint.Main());
    assertThat(at("launch")).isEqualTo(new WarmPoint.Launch());
    assertThat(at("delay:500ms")).isEqualTo(new WarmPoint.Delay(Duration.ofMillis(500)));
    assertThat(at("api")).isEqualTo(new WarmPoint.Api());
    assertThat(at("auto")).isEqualTo(new WarmPoint.Auto());
    assertThat(at("port:1")).isEqualTo(new WarmPoint.Port(1));
  }

  @Test
  void aWarmUpHasRepeatedRequests() throws Failure {
    Options options =
        OptionParser.parse("at=api,warmup=http://h/a*300;http://h/b?x=2*3*2;http://h/c");

    WarmUp.Requests requests = (WarmUp.Requests) options.moment().warmUp().orElseThrow();
    assertThat(requests.each())
        .containsExactly(
            new WarmUp.Repeated(URI.create("http://h/a"), 300),
            new WarmUp.Repeated(URI.create("http://h/b?x=2*3"), 2),
            new WarmUp.Repeated(URI.create("http://h/c"), 1));
    assertThat(requests.total()).isEqualTo(303);
  }

  @Test
  void theImageOfAnEntryLiesInIt() throws Failure {
    Options options = OptionParser.parse("entry=/cache/a/b,then=continue");

    assertThat(options.images().entry()).contains(Path.of("/cache/a/b"));
    assertThat(options.images().folder()).isEqualTo(Path.of("/cache/a/b/image"));
  }

  @Test
  void withoutAWarmPointTheAgentFindsIt() throws Failure {
    Options options = OptionParser.parse("");

    assertThat(options.moment().point()).isEqualTo(new WarmPoint.Auto());
    assertThat(options.moment().text()).isEqualTo("auto");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "at=api,foo=1|unknown option \"foo\"; known are image, at, warmup, quiet, then, failure, helper, time-limit",
        "at|the option \"at\" has no value; write name=value",
        "=x|the option \"=x\" has no value; write name=value",
        "at=api,at=main|the option \"at\" is given twice; keep one of them",
        "at=bla|the option \"at\" can't be \"bla\"; use auto, port:NUMBER",
        "portable=v8|the option \"portable\" can't be \"v8\"; use v2 or v3, because that is a level of 64-bit ARM",
        "portable=v4|the option \"portable\" can't be \"v4\"; use v2 or v3",
        "at=main:x|the option \"at\" can't be \"main:x\"; use auto, port:NUMBER",
        "at=port:0|the option \"at\" can't be \"port:0\"; a port is a number from 1 to 65535",
        "at=port:x|the option \"at\" can't be \"port:x\"; a port is a number from 1 to 65535",
        "at=method:App|the option \"at\" can't be \"method:App\"; write method:com.acme.App#ready",
        "at=delay:10|the option \"at\" can't be \"10\"; write a time such as 500ms, 10s or 2m",
        "at=delay:s|the option \"at\" can't be \"s\"; write a time such as 500ms, 10s or 2m",
        "at=http:ftp://x|the option \"at\" can't be \"ftp://x\"; use an address such as",
        "'at=api,warmup=cmd: '|the option \"warmup\" can't be \"cmd: \"; write cmd:COMMAND",
        "at=api,warmup=http://h/*0|the option \"warmup\" can't be \"http://h/*0\"; write URL*COUNT",
        "at=api,warmup=http://h/*2147483647;http://h/|the option \"warmup\" can't be \"http://h/*2147483647;http://h/\"; ask for at most 2147483647 requests in all",
        "at=api,warmup=localhost*2|the option \"warmup\" can't be \"localhost\"; use an address such as",
        "at=http://joe:pass@h/|the option \"at\" has a user's name or password in front of its host; give an address without them, because requests do not send them",
        "at=api,warmup=http://h/;http://joe@i/*2|the option \"warmup\" has a user's name",
        "at=http:ftp://joe:pass@h/|the option \"at\" can't be \"ftp://h/\"; use an address such as",
        "at=http://joe:50%@h/|the option \"at\" can't be \"http://h/\"; use an address such as",
        "at=api,warmup=http://joe:pass@h/*0|the option \"warmup\" can't be \"http://h/*0\"; write URL*COUNT",
        "at=api,quiet=loud|the option \"quiet\" can't be \"loud\"; write a time such as",
        "at=api,then=stop|the option \"then\" can't be \"stop\"; use exit or continue",
        "at=api,failure=stop|the option \"failure\" can't be \"stop\"; use exit or continue",
        "at=api,stale=off|the option \"stale\" can't be \"off\"; use refuse, warn or ignore",
        "at=api,secrets=off|the option \"secrets\" can't be \"off\"; use warn, fail or ignore",
        "at=api,identity=off|the option \"identity\" can't be \"off\"; use warn, list, fail or ignore",
        "at=api,image=|the option \"image\" can't be \"\"; write a path",
        "at=api,time-limit=10ms|the option \"time-limit\" can't be \"10ms\"; it has to be at least 1s",
      })
  void whatIsWrongIsNamed(String text, String message) {
    assertThatThrownBy(() -> OptionParser.parse(text))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("no checkpoint will be made: " + message);
  }

  private static WarmPoint at(String value) throws Failure {
    return OptionParser.parse("at=" + value).moment().point();
  }
}
