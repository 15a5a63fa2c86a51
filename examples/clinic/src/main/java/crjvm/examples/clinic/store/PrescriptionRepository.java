package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Prescription;

/** The stored prescriptions. */
public interface PrescriptionRepository extends RecordRepository<Prescription> {}
