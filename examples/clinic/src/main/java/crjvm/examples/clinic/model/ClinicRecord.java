package crjvm.examples.clinic.model;

import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;

/** A record of the clinic. All records have an id, and a label that stands for the record. */
@MappedSuperclass
public abstract class ClinicRecord {
  @Id @GeneratedValue private Long id;

  /** Returns the database's id, or null until the record has been saved. */
  public Long getId() {
    return id;
  }

  /** Returns a short text for links and choices. */
  public abstract String getLabel();
}
