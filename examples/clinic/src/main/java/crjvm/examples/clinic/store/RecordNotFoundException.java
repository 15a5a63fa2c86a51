package crjvm.examples.clinic.store;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** Thrown if a requested record does not exist. The client sees status 404. */
@ResponseStatus(HttpStatus.NOT_FOUND)
public class RecordNotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RecordNotFoundException(String what, Object id) {
    super("There is no " + what + " \"" + id + "\"");
  }
}
