package crjvm.examples.clinic.model;

import jakarta.persistence.Entity;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/** A part of the clinic with staff and rooms of its own. */
@Entity
public class Department extends ClinicRecord {
  @NotBlank
  @Size(max = 80)
  private String name;

  @Min(0)
  @Max(9)
  private int floor;

  @Pattern(regexp = "\\+?[0-9 ]{6,20}", message = "must be digits and spaces")
  private String phone;

  @Size(max = 500)
  private String about;

  @Override
  public String getLabel() {
    return name;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public int getFloor() {
    return floor;
  }

  public void setFloor(int floor) {
    this.floor = floor;
  }

  public String getPhone() {
    return phone;
  }

  public void setPhone(String phone) {
    this.phone = phone;
  }

  public String getAbout() {
    return about;
  }

  public void setAbout(String about) {
    this.about = about;
  }
}
