package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.AppointmentStatus;
import crjvm.examples.clinic.store.AppointmentRepository;
import crjvm.examples.clinic.store.DeviceRepository;
import crjvm.examples.clinic.store.StatisticsService;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The home page, an overview of the clinic. */
@Controller
class HomeController {
  private final StatisticsService statistics;
  private final AppointmentRepository appointments;
  private final DeviceRepository devices;

  HomeController(
      StatisticsService statistics, AppointmentRepository appointments, DeviceRepository devices) {
    this.statistics = statistics;
    this.appointments = appointments;
    this.devices = devices;
  }

  @GetMapping("/")
  String home(Model model) {
    model.addAttribute("statistics", statistics.summary());
    model.addAttribute(
        "appointments",
        appointments.findTop8ByStatusOrderByStartsAtDescIdAsc(AppointmentStatus.PLANNED));
    model.addAttribute("devices", devices.findTop5ByOrderByNextInspectionAscIdAsc());
    return "home";
  }
}
