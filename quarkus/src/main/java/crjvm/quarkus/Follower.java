package crjvm.quarkus;

import java.util.List;

/** A part of the application that can follow settings that differ from those of its start. */
interface Follower {
  /** Returns these settings in the format of {@code Crjvm.rereads}. */
  List<String> settings();

  /** Applies the new settings, which the configuration already has. */
  void apply();
}
