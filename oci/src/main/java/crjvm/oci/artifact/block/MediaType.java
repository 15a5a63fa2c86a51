package crjvm.oci.artifact.block;

import java.util.List;

/** The media types of an artifact and its layers. The version of the format is part of the name. */
public enum MediaType {
  /**
   * The second version has layers of several blocks, and the third one has a delta as well. Only an
   * artifact with a delta gets the third version. All of them can be read.
   */
  CHECKPOINT("application/vnd.crjvm.checkpoint.", "v2", "v3", "v1"),

  /** The type of a layer with a delta. */
  DELTA("application/vnd.crjvm.delta.", "v1+zstd"),

  /** The type of a layer with one block. */
  BLOCK("application/vnd.crjvm.block.", "v1+zstd"),

  /** The type of a layer with several blocks. */
  BLOCKS("application/vnd.crjvm.blocks.", "v1+zstd");

  private final String prefix;
  private final List<String> versions;

  MediaType(String prefix, String... versions) {
    this.prefix = prefix;
    this.versions = List.of(versions);
  }

  /** Returns the type of what is written. */
  public String text() {
    return prefix + versions.get(0);
  }

  /** Returns the type of an artifact with a delta. */
  public static String ofDelta() {
    return CHECKPOINT.prefix + "v3";
  }

  /**
   * Returns whether a registry gives this type, in a version that can be read.
   *
   * @param given the registry's text, or null if it gives none
   */
  public boolean is(String given) {
    return given != null
        && given.startsWith(prefix)
        && versions.contains(given.substring(prefix.length()));
  }

  /** Returns whether the text is this type in the format of another crjvm. */
  public boolean isOfAnotherVersion(String given) {
    return given != null && given.startsWith(prefix) && !is(given);
  }
}
