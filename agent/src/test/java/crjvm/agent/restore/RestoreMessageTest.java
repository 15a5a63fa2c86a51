package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestoreMessageTest {
  private static final Charset UTF_8 = StandardCharsets.UTF_8;

  @Test
  void theRestorersFormatIsRead() throws IOException {
    RestoreMessage message =
        parse(
            "R1\0image=/i\0verbose=1\0vm-option.0=A=1\0vm-option.1=B=x=y\0started=100\0offset=-30\0keep-arguments=0\0\0"
                + "2\0one\0\0"
                + "1\0a=b=c\0"
                + "3\0X=1\0ODD\0Y=\0");

    assertThat(message.values()).containsEntry("image", "/i");
    assertThat(message.isVerbose()).isTrue();
    assertThat(message.vmOptions()).containsExactly("A=1", "B=x=y");
    assertThat(message.keepsArguments()).isFalse();
    assertThat(message.startedNanos()).isEqualTo(70);
    assertThat(message.arguments()).containsExactly("one", "");
    assertThat(message.properties()).containsExactly("a=b=c");
    assertThat(message.environment()).extracting(String::new).containsExactly("X=1", "ODD", "Y=");
  }

  @Test
  void bytesOfTheEnvironmentAreKeptAsTheyAre() throws IOException {
    byte[] odd = {'X', '=', (byte) 0xff, (byte) 0xc3};
    RestoreMessage message = new RestoreMessage(Map.of(), List.of(), List.of(), List.of(odd));

    byte[] bytes = message.encode(UTF_8);

    assertThat(RestoreMessage.parse(bytes, bytes.length, UTF_8).environment().get(0))
        .isEqualTo(odd);
  }

  @Test
  void whatIsEncodedIsReadAgain() throws IOException {
    RestoreMessage message =
        new RestoreMessage(
            Map.of("keep-arguments", "1"), List.of("ä", "x y"), List.of("p=ü"), List.of());

    byte[] bytes = message.encode(UTF_8);
    RestoreMessage read = RestoreMessage.parse(bytes, bytes.length, UTF_8);

    assertThat(read.arguments()).isEqualTo(message.arguments());
    assertThat(read.properties()).isEqualTo(message.properties());
    assertThat(read.keepsArguments()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "R1", "R1\0", "R1\0\0", "R1\0\0001\0", "R1\0\0000\0000\0001\0X=1"})
  void aTruncatedMessageIsRefused(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IOException.class)
        .hasMessage("the restore message ends after " + text.length() + " bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"R2\0\0000\0000\0000\0", "R1\0x\0\0000\0000\0000\0", "R1\0\0-1\0", "R1\0\0x\0"})
  void anotherFormatIsRefused(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the restore message has ");
  }

  private static RestoreMessage parse(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    return RestoreMessage.parse(bytes, bytes.length, UTF_8);
  }
}
