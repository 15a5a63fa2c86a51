package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Practitioner;

/** The stored practitioners. */
public interface PractitionerRepository extends RecordRepository<Practitioner> {}
