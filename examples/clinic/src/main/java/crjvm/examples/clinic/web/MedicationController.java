package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.Medication;
import crjvm.examples.clinic.model.Prescription;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of medications. */
@Controller
@RequestMapping("/medications")
@Order(11) // the place in the navigation
class MedicationController extends RecordController<Medication> {
  MedicationController(RecordStore store) {
    super(
        new Section<>(Medication.class, "medications", "Medication", "Medications")
            .column("name", "Name")
            .column("ingredient", "Ingredient")
            .column("form", "Form")
            .column("strengthMg", "Strength (mg)")
            .related(Prescription.class, "medication"),
        store);
  }
}
