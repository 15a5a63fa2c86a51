package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The change of the numbers of worker and data centre in ids of Snowflake's kind to random ones.
 * All objects of one library in a process have the same numbers.
 */
final class Workers implements Renewal {
  /** Both numbers have five bits. */
  private static final int MOST = 31;

  private final List<Place> workers = new ArrayList<>();
  private final List<Place> centres = new ArrayList<>();

  private record Place(Object owner, MutableField field) {
    static Place of(Object owner, Class<?> type, String name) throws NoSuchFieldException {
      return new Place(owner, new MutableField(Members.field(type, name)));
    }

    void set(long value) throws IllegalAccessException {
      field.set(owner, value);
    }

    void setAgain() throws IllegalAccessException {
      field.set(owner, field.get(owner));
    }
  }

  /**
   * Adds the fields of an object or of a class.
   *
   * @param owner null if the fields are static
   */
  void add(Object owner, Class<?> type, String worker, String centre) throws NoSuchFieldException {
    workers.add(Place.of(owner, type, worker));
    centres.add(Place.of(owner, type, centre));
  }

  @Override
  public void renew(Entropy entropy) throws IOException, IllegalAccessException {
    long random = entropy.nextLong();
    for (int i = 0; i < workers.size(); i++) {
      workers.get(i).set(random & MOST);
      centres.get(i).set(random >>> Integer.SIZE & MOST);
    }
  }

  @Override
  public void rehearse() throws IllegalAccessException {
    for (int i = 0; i < workers.size(); i++) {
      workers.get(i).setAgain();
      centres.get(i).setAgain();
    }
  }
}
