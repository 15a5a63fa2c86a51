package crjvm.image.arch;

/**
 * Types of relocations in ELF files.
 *
 * @param absolute a word with the address of a symbol
 * @param globDat an entry of the GOT for an object
 * @param jumpSlot an entry of the GOT for a function
 */
public record Relocations(int absolute, int globDat, int jumpSlot) {}
