package crjvm.agent.os;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A process that has ended, or one that never does. */
public final class FakeProcess extends Process {
  private final Integer status;
  private final String out;
  private final String err;
  private boolean isKilled;

  private FakeProcess(Integer status, String out, String err) {
    this.status = status;
    this.out = out;
    this.err = err;
  }

  public static FakeProcess ended(int status, String out, String err) {
    return new FakeProcess(status, out, err);
  }

  public static FakeProcess hanging() {
    return new FakeProcess(null, "", "");
  }

  public boolean isKilled() {
    return isKilled;
  }

  @Override
  public OutputStream getOutputStream() {
    return OutputStream.nullOutputStream();
  }

  @Override
  public InputStream getInputStream() {
    return new ByteArrayInputStream(out.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public InputStream getErrorStream() {
    return new ByteArrayInputStream(err.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int waitFor() {
    return exitValue();
  }

  @Override
  public boolean waitFor(long timeout, TimeUnit unit) {
    return status != null;
  }

  @Override
  public int exitValue() {
    if (status == null) {
      throw new IllegalThreadStateException("it runs");
    }
    return status;
  }

  @Override
  public void destroy() {
    isKilled = true;
  }

  @Override
  public Process destroyForcibly() {
    isKilled = true;
    return this;
  }
}
