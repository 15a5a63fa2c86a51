package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Medication;

/** The stored medications. */
public interface MedicationRepository extends RecordRepository<Medication> {}
