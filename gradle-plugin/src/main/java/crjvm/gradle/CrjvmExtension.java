package crjvm.gradle;

import org.gradle.api.file.DirectoryProperty;
import org.gradle.api.file.RegularFileProperty;
import org.gradle.api.provider.ListProperty;
import org.gradle.api.provider.MapProperty;
import org.gradle.api.provider.Property;

/** The block {@code crjvm} of a build script. Only {@code url} has to be set. */
public interface CrjvmExtension {
  /**
   * The folder of crjvm's distribution. Default: the Gradle property {@code crjvm.home}, else the
   * environment variable {@code CRJVM_HOME}, else {@code /usr/lib/crjvm} if crjvm's package is
   * installed, else {@code /opt/crjvm}.
   */
  DirectoryProperty getHome();

  /** The address that a working application answers with status 2xx. */
  Property<String> getUrl();

  /** A text that this answer has to contain. Default: any answer is accepted. */
  Property<String> getExpect();

  /** The warm point. Default: the first answer of the url. */
  Property<String> getAt();

  /**
   * The warm-up: addresses with a number of requests, such as {@code http://localhost:8080/*300},
   * or one shell command, {@code cmd:COMMAND}. Default: the url 300 times.
   */
  ListProperty<String> getWarmUp();

  /** The application's arguments. */
  ListProperty<String> getArguments();

  /** Arguments for the JVM, such as {@code -Xmx512m}. */
  ListProperty<String> getJvmArguments();

  /** Variables for the application, which gets nothing else of the build's environment but PATH. */
  MapProperty<String, String> getEnvironment();

  /** Other options of the agent, by name, such as {@code secrets} or {@code portable}. */
  MapProperty<String, String> getAgentOptions();

  /** The limit for start, warm-up and checkpoint together, in seconds. Default: 300. */
  Property<Integer> getTimeLimit();

  /**
   * The executable jar. Default: Spring Boot's. Without a jar, the main class is started from the
   * distribution that the plugin {@code application} installs.
   */
  RegularFileProperty getJar();

  /** The image. Default: {@code build/crjvm/image}. */
  DirectoryProperty getImage();

  /** The container image that {@code crjvmOciBuild} makes, such as {@code docker://HOST/NAME:1}. */
  Property<String> getContainerImage();

  /** The base of that container image. Default: that of {@code crjvm oci build}. */
  Property<String> getBaseImage();

  /** The place that {@code crjvmPush} sends the image to: {@code oci://HOST/NAME:TAG}. */
  Property<String> getPlace();
}
