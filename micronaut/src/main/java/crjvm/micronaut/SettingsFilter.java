package crjvm.micronaut;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.concurrent.CompletableFuture;

/** Lets requests wait until the application has the settings of its start. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class SettingsFilter implements Ordered {
  /** Returns no response of its own, so that the request is passed on. */
  @RequestFilter
  @Nullable
  CompletableFuture<@Nullable HttpResponse<?>> awaitSettings() {
    return RequestGate.opened().thenApply(nothing -> null);
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }
}
