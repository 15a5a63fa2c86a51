package crjvm.image.arch;

/**
 * A register that describes the processor, which libraries read once and keep in a word of their
 * data.
 *
 * @param value its value on the machine of the dump
 * @param replacement a value that is right on every processor
 */
public record CachedRegister(int value, int replacement) {}
