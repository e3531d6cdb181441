// Chart.js with bars and what they need, and nothing else of it.

import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip);

export { Chart };
