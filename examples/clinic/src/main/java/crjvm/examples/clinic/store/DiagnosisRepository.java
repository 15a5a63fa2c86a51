package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Diagnosis;

/** The stored diagnoses. */
public interface DiagnosisRepository extends RecordRepository<Diagnosis> {}
