package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Insurer;

/** The stored insurers. */
public interface InsurerRepository extends RecordRepository<Insurer> {}
