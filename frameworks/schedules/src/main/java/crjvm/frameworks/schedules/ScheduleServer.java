package crjvm.frameworks.schedules;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.scheduling.ScheduledExecutorTaskScheduler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.support.CronTrigger;

/**
 * Has tasks that are due at a time of day, and two of them once a year from then on. The command
 * line: {@code --port N}, and {@code --seconds N} until the tasks are due. It answers by HTTP:
 * {@code /done} names the tasks that have run, in their order. {@code /add} gives the timer another
 * task, which is due at once, and schedules {@code last} for some seconds later. {@code /due} has
 * two lines with the same for a year's task of each framework: the seconds since 1970 at which it
 * should be due, and at which its executor will run it. {@code /ticks} has the number of times that
 * a task at a fixed rate has run, and the number for which there was time.
 */
public final class ScheduleServer {
  private static final Duration LAST = Duration.ofSeconds(5);
  private static final int RATE_MS = 100;

  private final List<String> done = new CopyOnWriteArrayList<>();
  private final Timer timer = new Timer("timer", true);
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final Map<ScheduledFuture<?>, Instant> yearly = new LinkedHashMap<>();
  private final AtomicInteger ticks = new AtomicInteger();
  private final long began = System.nanoTime();

  private ScheduleServer() {}

  public static void main(String[] arguments) throws IOException {
    List<String> list = List.of(arguments);
    ScheduleServer server = new ScheduleServer();
    server.schedule(Duration.ofSeconds(Long.parseLong(list.get(list.indexOf("--seconds") + 1))));
    server.serve(Integer.parseInt(list.get(list.indexOf("--port") + 1)));
  }

  private void schedule(Duration delay) {
    // Expressions of cron have no fractions of seconds.
    Instant due = Instant.now().plus(delay).truncatedTo(ChronoUnit.SECONDS);
    timer.schedule(task(() -> done.add("timer")), Date.from(due));
    new Timer("rate", true).scheduleAtFixedRate(task(ticks::incrementAndGet), RATE_MS, RATE_MS);

    ThreadPoolTaskScheduler pool = new ThreadPoolTaskScheduler();
    pool.initialize();
    scheduleOnce(pool, "spring-pool", due);
    // This one is in the same queue, and comes too late.
    scheduleOnce(pool, "never", due.plus(Duration.ofDays(1)));
    scheduleOnce(new SimpleAsyncTaskScheduler(), "spring-threads", due);

    ZonedDateTime time = due.atZone(ZoneId.systemDefault());
    Instant next = time.plusYears(1).toInstant();
    String yearlyThen = DateTimeFormatter.ofPattern("s m H d M '?'").format(time);
    yearly.put(pool.schedule(() -> done.add("cron"), new CronTrigger(yearlyThen)), next);
    yearly.put(
        new ScheduledExecutorTaskScheduler(Executors.newScheduledThreadPool(2))
            .schedule(yearlyThen, () -> done.add("micronaut")),
        next);
  }

  private void scheduleOnce(TaskScheduler scheduler, String name, Instant due) {
    var unused =
        scheduler.schedule(
            () -> done.add(name), context -> context.lastCompletion() == null ? due : null);
  }

  private static TimerTask task(Runnable work) {
    return new TimerTask() {
      @Override
      public void run() {
        work.run();
      }
    };
  }

  private void serve(int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
    server.createContext("/", exchange -> answer(exchange, "ok"));
    server.createContext("/done", exchange -> answer(exchange, String.join(",", done)));
    server.createContext("/due", exchange -> answer(exchange, due()));
    server.createContext(
        "/ticks",
        exchange -> {
          int count = ticks.get(); // before the clock
          long most = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / RATE_MS;
          answer(exchange, count + " " + most);
        });
    server.createContext(
        "/add",
        exchange -> {
          timer.schedule(task(() -> done.add("added")), 0);
          var unused =
              executor.schedule(() -> done.add("last"), LAST.toSeconds(), TimeUnit.SECONDS);
          answer(exchange, "added");
        });
    server.start();
  }

  private String due() {
    return yearly.entrySet().stream()
        .map(
            each -> {
              long delay = each.getKey().getDelay(TimeUnit.SECONDS);
              return each.getValue().getEpochSecond()
                  + " "
                  + Instant.now().plusSeconds(delay).getEpochSecond();
            })
        .collect(Collectors.joining("\n"));
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
