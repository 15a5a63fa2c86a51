package crjvm.image.arch;

/** The pages of memory, which have one size on all machines for which there are images. */
public final class Page {
  /** The size of a page in bytes. */
  public static final int SIZE = 4096;

  private Page() {}
}
