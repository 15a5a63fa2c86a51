package crjvm.agent.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MixedRequestsTest {
  private static String order(WarmUpRequest.Repeated... repeated) {
    MixedRequests mixed = new MixedRequests(List.of(repeated));
    StringBuilder order = new StringBuilder();
    for (Optional<WarmUpRequest> next; (next = mixed.next()).isPresent(); ) {
      order.append(next.get().address());
    }
    return order.toString();
  }

  private static WarmUpRequest.Repeated repeated(String url, int count) {
    return new WarmUpRequest.Repeated(new WarmUpRequest.OfUrl(URI.create(url)), count);
  }

  @Test
  void eachIsAtTheSamePartOfItsWay() {
    assertThat(order(repeated("a", 3))).isEqualTo("aaa");
    assertThat(order(repeated("a", 3), repeated("b", 3))).isEqualTo("ababab");
    assertThat(order(repeated("a", 2), repeated("b", 6))).isEqualTo("abbbabbb");
  }

  @Test
  void oneOfAKindComesFirst() {
    assertThat(order(repeated("login", 1), repeated("b", 4))).isEqualTo("loginbbbb");
  }

  @Test
  void aRequestOfNoRepetitionsIsLeftOut() {
    assertThat(order(repeated("a", 0), repeated("b", 1))).isEqualTo("b");
    assertThat(order()).isEmpty();
  }

  @Test
  void nothingComesAfterTheEnd() {
    MixedRequests mixed = new MixedRequests(List.of(repeated("a", 5)));
    assertThat(mixed.next()).isPresent();
    mixed.end();
    assertThat(mixed.next()).isEmpty();
  }
}
