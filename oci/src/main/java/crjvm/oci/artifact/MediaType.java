package crjvm.oci.artifact;

/** What an artifact and its layers say that they are; the version of the format is in the name. */
enum MediaType {
  CHECKPOINT("application/vnd.crjvm.checkpoint.", "v1"),

  /** Of each block's compressed content. */
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
   * @param given what a registry says; null: nothing
   */
  boolean is(String given) {
    return text.equals(given);
  }

  /** Whether it is this, but as another crjvm makes it. */
  boolean isOfAnotherVersion(String given) {
    return given != null && given.startsWith(prefix) && !is(given);
  }
}
