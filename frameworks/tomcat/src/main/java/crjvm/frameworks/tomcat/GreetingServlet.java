package crjvm.frameworks.tomcat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** The server's answers. */
final class GreetingServlet extends HttpServlet {
  private static final long serialVersionUID = 1;
  private static final Logger LOGGER = LogManager.getLogger(GreetingServlet.class);

  private final AtomicInteger visits = new AtomicInteger();

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain; charset=utf-8");
    switch (request.getRequestURI()) {
      case "/greeting" ->
          response.getWriter().print("Hello, " + request.getParameter("name") + "!");
      case "/visits" -> response.getWriter().print(visits.incrementAndGet());
      case "/log" -> {
        log(request.getParameter("text"), Integer.parseInt(request.getParameter("lines")));
        response.getWriter().print("logged");
      }
      default -> response.sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }

  private static void log(String text, int lines) {
    for (int i = 1; i <= lines; i++) {
      LOGGER.info("{} {}", text, i);
    }
  }
}
