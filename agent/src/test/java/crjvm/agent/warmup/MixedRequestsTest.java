package crjvm.agent.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.options.WarmUp;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MixedRequestsTest {
  private static String order(WarmUp.Series... series) {
    MixedRequests mixed = new MixedRequests(List.of(series));
    StringBuilder order = new StringBuilder();
    for (Optional<URI> next; (next = mixed.next()).isPresent(); ) {
      order.append(next.get());
    }
    return order.toString();
  }

  private static WarmUp.Series series(String url, int count) {
    return new WarmUp.Series(URI.create(url), count);
  }

  @Test
  void eachIsAtTheSamePartOfItsWay() {
    assertThat(order(series("a", 3))).isEqualTo("aaa");
    assertThat(order(series("a", 3), series("b", 3))).isEqualTo("ababab");
    assertThat(order(series("a", 2), series("b", 6))).isEqualTo("abbbabbb");
  }

  @Test
  void oneOfAKindComesFirst() {
    assertThat(order(series("login", 1), series("b", 4))).isEqualTo("loginbbbb");
  }

  @Test
  void aSeriesOfNoneIsLeftOut() {
    assertThat(order(series("a", 0), series("b", 1))).isEqualTo("b");
    assertThat(order()).isEmpty();
  }

  @Test
  void nothingComesAfterTheEnd() {
    MixedRequests mixed = new MixedRequests(List.of(series("a", 5)));
    assertThat(mixed.next()).isPresent();
    mixed.end();
    assertThat(mixed.next()).isEmpty();
  }
}
