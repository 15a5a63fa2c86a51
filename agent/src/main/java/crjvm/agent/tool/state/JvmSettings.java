package crjvm.agent.tool.state;

import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;

/** The settings of the whole JVM that a run may change, with their values before the run. */
public final class JvmSettings {
  private final Properties object = System.getProperties();
  private final Properties properties = (Properties) object.clone();
  private final Locale locale = Locale.getDefault();
  private final Locale display = Locale.getDefault(Locale.Category.DISPLAY);
  private final Locale format = Locale.getDefault(Locale.Category.FORMAT);
  private final TimeZone timeZone = TimeZone.getDefault();
  private final Thread.UncaughtExceptionHandler handler =
      Thread.getDefaultUncaughtExceptionHandler();

  /**
   * @param kept properties that stay
   */
  public void bringBack(Map<Object, Object> kept) {
    properties.putAll(kept);
    if (!object.equals(properties)) {
      object.keySet().retainAll(properties.keySet());
      object.putAll(properties);
    }
    if (System.getProperties() != object) {
      System.setProperties(object);
    }
    if (!Locale.getDefault().equals(locale)) {
      Locale.setDefault(locale); // for all categories
    }
    if (!Locale.getDefault(Locale.Category.DISPLAY).equals(display)) {
      Locale.setDefault(Locale.Category.DISPLAY, display);
    }
    if (!Locale.getDefault(Locale.Category.FORMAT).equals(format)) {
      Locale.setDefault(Locale.Category.FORMAT, format);
    }
    if (!TimeZone.getDefault().equals(timeZone)) {
      TimeZone.setDefault(timeZone);
    }
    Thread.setDefaultUncaughtExceptionHandler(handler);
  }
}
