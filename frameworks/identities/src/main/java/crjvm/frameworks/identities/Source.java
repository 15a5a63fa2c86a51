package crjvm.frameworks.identities;

/** A source of values. */
@FunctionalInterface
public interface Source {
  String next() throws Exception;
}
