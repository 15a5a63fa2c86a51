package shapes;

/** A shape that has an area. */
public interface Shape {
  double area();

  default String describe() {
    return getClass().getSimpleName() + " of " + area();
  }
}
