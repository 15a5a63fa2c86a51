package sample;

import java.util.List;

public final class Sample {
  private Sample() {}

  public static void main(String[] words) {
    List.of(words).stream().map(String::toUpperCase).forEach(System.out::println);
  }
}
