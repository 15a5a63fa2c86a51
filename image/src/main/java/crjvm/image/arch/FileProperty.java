package crjvm.image.arch;

/**
 * A property of ELF files (in the note NT_GNU_PROPERTY_TYPE_0) that gives their code another
 * protection, which dumps do not have.
 *
 * @param type the type of the property
 * @param bit the bit of its value that has to be set
 * @param protection the bit of mmap(2)'s protection
 */
public record FileProperty(int type, int bit, int protection) {}
