package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * An object that areas map and descriptors refer to.
 *
 * @param name an absolute path, a name in the image folder, or the name of fresh memory; null if
 *     the kind has no name
 * @param openFlags the access mode for mappings: O_RDONLY 0, O_WRONLY 1, O_RDWR 2
 * @param mode the file type bits of st_mode that a path must have; the seals (F_SEAL_…) of MEMFD; 0
 *     for other kinds
 * @param size the bytes of fresh memory; 0 for paths and files of the image
 */
public record PlanObject(Kind kind, String name, int openFlags, int mode, long size)
    implements PlanRecord {
  /** The kinds, in the order of enum plan_object_kind. */
  public enum Kind {
    PATH,
    IMAGE,
    MEMFD,
    ANON,
    PERFDATA
  }

  @Override
  public PlanSection section() {
    return PlanSection.OBJECTS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(kind.ordinal())
        .putInt(strings.add(name))
        .putInt(openFlags)
        .putInt(mode)
        .putLong(size);
  }
}
