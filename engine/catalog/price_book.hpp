// price_book.hpp — API prices by vendor, model, meter, tier, mode and date. (Being written.)
#pragma once

namespace breakeven::catalog {

class PriceBook {};

}  // namespace breakeven::catalog
