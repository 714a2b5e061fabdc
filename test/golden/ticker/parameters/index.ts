export {
  MarketsMarketIdResourceParameters,
  type MarketsMarketIdResourceParametersInput,
} from "./MarketsMarketIdResourceParameters";
