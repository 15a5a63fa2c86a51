package crjvm.oci.artifact;

/** The media types of an artifact and its layers. The version of the format is part of the name. */
enum MediaType {
  CHECKPOINT("application/vnd.crjvm.checkpoint.", "v1"),

  /** The type of each block's compressed content. */
  BLOCK("application/vnd.crjvm.block.", "v1+zstd");

  private final String prefix;
  private final String text;

  MediaType(String prefix, String version) {
    this.prefix = prefix;
    this.text = prefix + version;
  }

  String text() {
    return text;
  }

  /**
   * Returns whether a registry gives this type.
   *
   * @param given the registry's text, or null if it gives none
   */
  boolean is(String given) {
    return text.equals(given);
  }

  /** Returns whether the text is this type in the format of another crjvm. */
  boolean isOfAnotherVersion(String given) {
    return given != null && given.startsWith(prefix) && !is(given);
  }
}
