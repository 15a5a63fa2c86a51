package crjvm.agent.restore;

import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.jdk.JvmThreads;
import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * A search for the JDK's objects of open sockets. There is no list of them, but there are two kinds
 * of references. The JDK's own {@code Cleaner} knows every {@code NioSocketImpl} and {@code
 * DatagramChannelImpl}. And a thread that is blocked in a channel or a selector refers to it, so
 * that an interrupt can end the wait.
 */
final class JdkSockets {
  private final Object cleaner;
  private final Field firstCleanable; // JDK 17 and 21: a list of the cleanables themselves
  private final Field nextCleanable;
  private final Field nodes; // JDK 25: a list of arrays of them
  private final Field cleanables;
  private final Field nextNode;
  private final Field referent = JdkInside.field(Reference.class, "referent");
  private final Field blocker;
  private final Field channel;
  private final Field selector;

  JdkSockets() throws ReflectiveOperationException {
    Object common =
        JdkInside.field(JdkInside.type("jdk.internal.ref.CleanerFactory"), "commonCleaner")
            .get(null);
    Class<?> implementation = JdkInside.type("jdk.internal.ref.CleanerImpl");
    cleaner = JdkInside.field(JdkInside.type("java.lang.ref.Cleaner"), "impl").get(common);
    if (JdkInside.hasField(implementation, "phantomCleanableList")) {
      firstCleanable = JdkInside.field(implementation, "phantomCleanableList");
      nextCleanable = JdkInside.field(JdkInside.type("jdk.internal.ref.PhantomCleanable"), "next");
      nodes = null;
      cleanables = null;
      nextNode = null;
    } else {
      firstCleanable = JdkInside.field(implementation, "activeList");
      nextCleanable = null;
      nodes = JdkInside.field(JdkInside.type("jdk.internal.ref.CleanerImpl$CleanableList"), "head");
      Class<?> node = JdkInside.type("jdk.internal.ref.CleanerImpl$CleanableList$Node");
      cleanables = JdkInside.field(node, "arr");
      nextNode = JdkInside.field(node, "next");
    }
    blocker = JdkInside.field(Thread.class, "nioBlocker", "blocker"); // up to JDK 20: blocker
    channel =
        JdkInside.field(
            JdkInside.type("java.nio.channels.spi.AbstractInterruptibleChannel$1"), "this$0");
    selector =
        JdkInside.field(JdkInside.type("java.nio.channels.spi.AbstractSelector$1"), "this$0");
  }

  /** Returns the sockets. The set also contains other objects. */
  Set<Object> find() throws IllegalAccessException {
    Set<Object> found = Collections.newSetFromMap(new IdentityHashMap<>());
    Object list = firstCleanable.get(cleaner);
    synchronized (list) { // as CleanerImpl does
      if (nodes == null) {
        for (Object each = nextCleanable.get(list); each != list; each = nextCleanable.get(each)) {
          addReferent(each, found);
        }
      } else {
        addNodes(nodes.get(list), found);
      }
    }
    for (Thread thread : JvmThreads.all()) {
      addBlocker(blocker.get(thread), found);
    }
    return found;
  }

  private void addNodes(Object first, Set<Object> found) throws IllegalAccessException {
    for (Object node = first; node != null; node = nextNode.get(node)) {
      for (Object cleanable : (Object[]) cleanables.get(node)) {
        if (cleanable != null) {
          addReferent(cleanable, found);
        }
      }
    }
  }

  private void addReferent(Object cleanable, Set<Object> found) throws IllegalAccessException {
    Object object = referent.get(cleanable);
    if (object != null) {
      found.add(object);
    }
  }

  private void addBlocker(Object interruptible, Set<Object> found) throws IllegalAccessException {
    if (channel.getDeclaringClass().isInstance(interruptible)) {
      found.add(channel.get(interruptible));
    } else if (selector.getDeclaringClass().isInstance(interruptible)) {
      addChannels((Selector) selector.get(interruptible), found);
    }
  }

  private static void addChannels(Selector selector, Set<Object> found) {
    if (!selector.isOpen()) {
      return;
    }
    try {
      for (SelectionKey key : selector.keys()) {
        found.add(key.channel());
      }
    } catch (ConcurrentModificationException e) {
      // Its owner is just registering a channel. The channels that were found so far have to
      // suffice.
    }
  }
}
