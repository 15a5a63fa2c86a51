package crjvm.agent.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The event {@code crjvm.Checkpoint}. Its fields are part of the public interface. */
@Name("crjvm.Checkpoint")
@Label("Checkpoint")
@Description("A checkpoint was made; the process goes on")
@Category("crjvm")
@StackTrace(false)
final class CheckpointEvent extends Event {
  @Label("Image")
  String image;

  @Label("Image Size")
  @DataAmount
  long size;

  @Label("Callbacks")
  @Description("The application's beforeCheckpoint callbacks")
  @Timespan(Timespan.NANOSECONDS)
  long callbacks;

  @Label("Dump")
  @Description("Preparation and dump")
  @Timespan(Timespan.NANOSECONDS)
  long dump;

  @Label("Compilation")
  @Description("From the dump to the image")
  @Timespan(Timespan.NANOSECONDS)
  long compilation;

  @Label("Total")
  @Description("All of it, without what came before callbacks")
  @Timespan(Timespan.NANOSECONDS)
  long total;
}
