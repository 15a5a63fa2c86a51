package crjvm.agent.warmup;

import crjvm.agent.warmup.http.HttpAnswer;
import crjvm.agent.warmup.http.HttpRequest;
import java.io.IOException;
import java.net.URI;

/** A request of a warm-up, which is sent as often as the warm-up says. */
public interface WarmUpRequest {
  /**
   * Returns the request as it is to be sent now.
   *
   * @throws IOException the request needs a value that does not exist
   */
  HttpRequest toSend() throws IOException;

  /** Takes from the answer what later requests need. Returns whether the answer is a good one. */
  boolean take(HttpRequest sent, HttpAnswer answer) throws IOException;

  /** Returns the address, for messages. */
  String address();

  /** A GET request, whose good answers have a status from 200 to 299. */
  record OfUrl(URI url) implements WarmUpRequest {
    @Override
    public HttpRequest toSend() {
      return HttpRequest.get(url);
    }

    @Override
    public boolean take(HttpRequest sent, HttpAnswer answer) {
      return answer.isSuccess();
    }

    @Override
    public String address() {
      return url.toString();
    }
  }

  /** A request, and the number of times that it is sent. */
  record Repeated(WarmUpRequest request, int count) {}
}
