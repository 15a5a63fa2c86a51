package shop;

import java.math.BigDecimal;
import java.util.Objects;

/** An item that is sold. */
public record Item(String name, BigDecimal price, int stock) implements Comparable<Item> {
  public Item {
    Objects.requireNonNull(name, "name");
    if (stock < 0) {
      throw new IllegalArgumentException("stock " + stock);
    }
  }

  @Override
  public int compareTo(Item other) {
    return name.compareTo(other.name);
  }
}
