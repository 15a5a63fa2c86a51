package shop;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sells items. */
public class Shop {
  private final SortedMap<String, Item> items = new TreeMap<>();

  public void add(Item item) {
    items.merge(
        item.name(),
        item,
        (one, other) -> new Item(one.name(), other.price(), one.stock() + other.stock()));
  }

  public Optional<Item> dearest() {
    return items.values().stream().max(Comparator.comparing(Item::price));
  }

  public BigDecimal value() {
    return items.values().stream()
        .map(item -> item.price().multiply(BigDecimal.valueOf(item.stock())))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static void forgotten() {}
}
