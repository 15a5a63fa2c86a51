package crjvm.micronaut;

import java.util.List;

/** A part of the application that can follow settings that differ from those of its start. */
interface Follower {
  /** Returns these settings in the format of {@code Crjvm.rereads}. */
  List<String> settings();

  /** Returns whether a property is one of them. */
  boolean takes(String property);

  /** Applies the new settings, which the environment already has. */
  void apply();
}
