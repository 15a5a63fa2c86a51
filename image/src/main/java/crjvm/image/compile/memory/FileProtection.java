package crjvm.image.compile.memory;

import crjvm.image.ImageException;
import crjvm.image.arch.FileProperty;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.jvm.ElfImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Gives code the protection that the dynamic loader has asked for, because of a property of its
 * file, and that CRIU does not record.
 */
public final class FileProtection {
  private static final int PROT_EXEC = 4;

  private final Optional<FileProperty> property;
  private final ProcessMemory memory;
  private final Map<String, Boolean> known = new HashMap<>();

  /**
   * @param property the property, or empty if the machine's processor has none
   */
  public FileProtection(Optional<FileProperty> property, ProcessMemory memory) {
    this.property = property;
    this.memory = memory;
  }

  /** Returns the mapping with its protection. */
  public Mapping complete(Mapping mapping) throws IOException, ImageException {
    boolean isCode = (mapping.prot() & PROT_EXEC) != 0 && mapping.isFile() && !mapping.isShared();
    if (property.isEmpty() || !isCode || mapping.isMemfd()) {
      return mapping;
    }
    String name = memory.nameOf(mapping);
    Boolean hasProperty = known.get(name);
    if (hasProperty == null) {
      Path file = Path.of(name);
      hasProperty = ElfImage.isElf(file) && ElfImage.of(file).has(property.get());
      known.put(name, hasProperty);
    }
    return hasProperty
        ? mapping.withProtection(mapping.prot() | property.get().protection())
        : mapping;
  }
}
