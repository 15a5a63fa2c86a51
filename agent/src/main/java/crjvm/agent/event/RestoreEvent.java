package crjvm.agent.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The event {@code crjvm.Restore}. Its fields are part of the public interface. */
@Name("crjvm.Restore")
@Label("Restore")
@Description("This process was restored from an image")
@Category("crjvm")
@StackTrace(false)
final class RestoreEvent extends Event {
  @Label("Image Id")
  String imageId;

  @Label("Restorer")
  @Description("From the restorer's start until the agent had its restore message")
  @Timespan(Timespan.NANOSECONDS)
  long restorer;

  @Label("Steps")
  @Description("Environment, properties, arguments and the like")
  @Timespan(Timespan.NANOSECONDS)
  long steps;

  @Label("Gate")
  @Description("To let the application's threads go")
  @Timespan(Timespan.NANOSECONDS)
  long gate;

  @Label("Callbacks")
  @Description("The application's afterRestore callbacks and restore listeners")
  @Timespan(Timespan.NANOSECONDS)
  long callbacks;

  @Label("Total")
  @Timespan(Timespan.NANOSECONDS)
  long total;
}
