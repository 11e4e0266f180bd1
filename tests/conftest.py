"""What all tests share."""

from hypothesis import HealthCheck, settings

# Machines are shared and noisy: no example fails for being slow.
settings.register_profile("timtin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("timtin")
