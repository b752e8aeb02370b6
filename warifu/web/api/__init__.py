"""Where other systems come in 他システムの窓口."""
