package crjvm.oci.registry;

/**
 * An index or a manifest, as a registry has it.
 *
 * @param type its media type, or null if the registry does not say it
 */
public record RegistryText(String type, String json) {}
