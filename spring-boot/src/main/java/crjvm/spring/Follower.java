package crjvm.spring;

import java.util.List;

/** A part of the application that can follow other settings than those that it was started with. */
interface Follower {
  /** Which, as {@code Crjvm.rereads} takes them. */
  List<String> settings();

  /** Whether a property, by its name in files, is one of them. */
  boolean takes(String property);

  /** The environment has the new ones. */
  void apply();
}
