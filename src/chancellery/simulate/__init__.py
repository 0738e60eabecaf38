"""Parameters and a scenario → futures: chance, conditions, levers, the step, the ensemble."""
