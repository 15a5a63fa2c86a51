package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.ClinicRecord;
import crjvm.examples.clinic.store.RecordNotFoundException;
import java.util.List;
import org.springframework.stereotype.Component;

/** All sections of the site, in the order of the navigation. */
@Component
public class Sections {
  private final List<? extends Section<?>> all;

  Sections(List<RecordController<?>> controllers) {
    all = controllers.stream().map(RecordController::section).toList();
  }

  public List<? extends Section<?>> all() {
    return all;
  }

  /** Returns the section with this path, or fails with a 404 for the client. */
  public Section<?> at(String path) {
    return all.stream()
        .filter(section -> section.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new RecordNotFoundException("section", path));
  }

  public Section<?> of(Class<?> type) {
    return all.stream()
        .filter(section -> section.type() == type)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no section shows " + type.getName()));
  }

  /** Returns the URL path of the record's page. */
  public String urlOf(ClinicRecord record) {
    // This does not use of(record.getClass()), because Hibernate may have replaced the class with a
    // subclass of its own.
    return all.stream()
        .filter(section -> section.type().isInstance(record))
        .map(section -> "/" + section.path() + "/" + record.getId())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no section shows " + record));
  }
}
