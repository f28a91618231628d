/* The linear judge: logistic regression over features. Which weights, and how they were found: docs/models.md. */
#include "judge/linear.h"

#include <math.h>

static inline float part(const jd_linear_row *row, float feature) {
    float x = (feature - row->mean) * row->scale;
    x = x > JD_LINEAR_CUT ? JD_LINEAR_CUT : x;
    x = x < -JD_LINEAR_CUT ? -JD_LINEAR_CUT : x;
    return x * row->weight;
}

float jd_linear_score(const jd_linear_row *rows, size_t count, float bias, const float *features) {
    float sum = bias;
    for (size_t k = 0; k < count; k++) sum += part(&rows[k], features[k]);
    return sum;
}

size_t jd_linear_strongest(const jd_linear_row *rows, size_t count, const float *features) {
    size_t strongest = 0;
    float most = 0;
    for (size_t k = 0; k < count; k++) {
        float x = part(&rows[k], features[k]);
        if (x < most) {
            most = x;
            strongest = k;
        }
    }
    return strongest;
}

float jd_probability(float log_odds) { return 1.0f / (1.0f + expf(-log_odds)); }
