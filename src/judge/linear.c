/* The linear judge: logistic regression over features. Which weights, and how they were found: docs/models.md. */
#include "judge/linear.h"

#include <math.h>

float jd_linear_score(const jd_linear_row *rows, size_t count, float bias, const float *features, size_t *strongest) {
    float sum = bias, most[2] = {0, 0};
    size_t which[2] = {0, 0};
    for (size_t k = 0; k < count; k++) {
        float x = (features[k] - rows[k].mean) * rows[k].scale;
        x = x > JD_LINEAR_CUT ? JD_LINEAR_CUT : x < -JD_LINEAR_CUT ? -JD_LINEAR_CUT : x;
        float part = x * rows[k].weight, size = fabsf(part);
        if (size > most[part > 0]) {
            most[part > 0] = size;
            which[part > 0] = k;
        }
        sum += part;
    }
    if (strongest) *strongest = which[sum > 0];
    return sum;
}

float jd_probability(float log_odds) { return 1.0f / (1.0f + expf(-log_odds)); }
