package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.Department;
import crjvm.examples.clinic.model.Practitioner;
import crjvm.examples.clinic.model.Room;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of departments. */
@Controller
@RequestMapping("/departments")
@Order(8) // the place in the navigation
class DepartmentController extends RecordController<Department> {
  DepartmentController(RecordStore store) {
    super(
        new Section<>(Department.class, "departments", "Department", "Departments")
            .column("name", "Name")
            .column("floor", "Floor")
            .column("phone", "Phone")
            .field("about", "About")
            .related(Room.class, "department")
            .related(Practitioner.class, "department"),
        store);
  }
}
