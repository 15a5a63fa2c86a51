package crjvm.agent.hook;

import crjvm.agent.hook.TrackedField.Tracked;
import java.util.function.ObjIntConsumer;
import net.bytebuddy.asm.Advice;

/**
 * Inlined into the JDK's methods that use files: each says of which, and what is done with it. A
 * method that would write a file may be kept from it, by an exception.
 */
final class FileAdvice {
  private FileAdvice() {}

  static final class Read {
    private Read() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(0) Object name, @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(name, FileUse.READ);
    }
  }

  static final class Write {
    private Write() {}

    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(0) Object name,
        @Advice.Argument(1) boolean appends,
        @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(name, (appends ? FileUse.APPEND : FileUse.WRITE) | FileUse.CREATE);
    }
  }

  /** {@code mode} has O_RDWR of RandomAccessFile's own. */
  static final class Open {
    private Open() {}

    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(0) Object name,
        @Advice.Argument(1) int mode,
        @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(
          name, (mode & 2) == 0 ? FileUse.READ : FileUse.READ | FileUse.WRITE | FileUse.CREATE);
    }
  }

  static final class Sync {
    private Sync() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(
        @Advice.FieldValue("path") Object name, @Tracked ObjIntConsumer<Object> notes) {
      if (name != null) {
        notes.accept(name, FileUse.SYNC);
      }
    }
  }

  static final class Truncate {
    private Truncate() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(
        @Advice.FieldValue("path") Object name, @Tracked ObjIntConsumer<Object> notes) {
      if (name != null) {
        notes.accept(name, FileUse.TRUNCATE);
      }
    }
  }

  static final class Create {
    private Create() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Object file, @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(file, FileUse.WRITE | FileUse.CREATE);
    }
  }

  static final class Delete {
    private Delete() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Object file, @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(file, FileUse.DELETE);
    }
  }

  static final class DeleteOnExit {
    private DeleteOnExit() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Object file, @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(file, FileUse.TEMPORARY);
    }
  }

  static final class ListFolder {
    private ListFolder() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.This Object file, @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(file, FileUse.LIST);
    }
  }

  static final class Rename {
    private Rename() {}

    @Advice.OnMethodEnter
    static void enter(
        @Advice.This Object file,
        @Advice.Argument(0) Object other,
        @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(new Object[] {file, other}, FileUse.RENAME);
    }
  }

  static final class Look {
    private Look() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.This Object file,
        @Advice.Return boolean isThere,
        @Tracked ObjIntConsumer<Object> notes) {
      if (!isThere) {
        notes.accept(file, FileUse.MISS);
      }
    }
  }

  static final class LookAtPath {
    private LookAtPath() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(
        @Advice.Argument(0) Object name,
        @Advice.Return boolean isThere,
        @Tracked ObjIntConsumer<Object> notes) {
      if (!isThere) {
        notes.accept(name, FileUse.MISS);
      }
    }
  }

  static final class Temporary {
    private Temporary() {}

    @Advice.OnMethodExit(suppress = Throwable.class)
    static void exit(@Advice.Return Object file, @Tracked ObjIntConsumer<Object> notes) {
      if (file != null) {
        notes.accept(file, FileUse.TEMPORARY);
      }
    }
  }

  static final class OpenPath {
    private OpenPath() {}

    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(0) Object name,
        @Advice.Argument(1) int flags,
        @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(name, FileUse.OPEN | flags);
    }
  }

  static final class ListPath {
    private ListPath() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(0) Object name, @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(name, FileUse.LIST);
    }
  }

  static final class DeletePath {
    private DeletePath() {}

    @Advice.OnMethodEnter(suppress = Throwable.class)
    static void enter(@Advice.Argument(0) Object name, @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(name, FileUse.DELETE);
    }
  }

  static final class LinkPath {
    private LinkPath() {}

    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(1) Object name, @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(name, FileUse.WRITE | FileUse.CREATE);
    }
  }

  static final class RenamePath {
    private RenamePath() {}

    @Advice.OnMethodEnter
    static void enter(
        @Advice.Argument(0) Object file,
        @Advice.Argument(1) Object other,
        @Tracked ObjIntConsumer<Object> notes) {
      notes.accept(new Object[] {file, other}, FileUse.RENAME);
    }
  }
}
