// sample_files.hpp — the smallest sound catalogue without prices, for tests and fuzzing.
#pragma once

#include <vector>

#include "engine/catalog/named_text.hpp"

namespace breakeven::catalog {

inline const std::vector<NamedText>& sample_files() {
  static const std::vector<NamedText> files{
      {"open_models.csv",
       "id,family,developer,origin,licence,commercial_use,verified,released,layers,hidden,query_"
       "heads,"
       "kv_heads,head_dim,attention,full_attention_layers,sliding_window_layers,sliding_window_"
       "tokens,"
       "linear_layers,kv_lora_rank,q_lora_rank,qk_rope_head_dim,qk_nope_head_dim,v_head_dim,"
       "kv_bytes_per_token_bf16,dense_ffn,dense_ffn_layers,experts,experts_per_token,moe_ffn,moe_"
       "layers,"
       "moe_hidden,shared_expert_ffn,ffn_matrices,first_dense_layers,vocabulary,tied_embeddings,"
       "max_context_tokens,total_parameters_b,active_parameters_b,parameter_basis,native_weights,"
       "native_precision,sparse_layers,sparse_tokens,index_layers,index_heads,index_head_dim,wide_"
       "norm_layers,note,"
       "source,source_date\n"
       "lab/"
       "Dense-8B,Dense,Lab,US,Apache-2.0,yes,yes,2024-07,32,4096,32,8,128,gqa,32,,,,,,,,,131072,"
       "14336,32,,,,,,,3,,128256,no,131072,8.03,8.03,published,bf16,bf16,,,,,,,,config.json,2026-"
       "11\n"
       "lab/"
       "Moe-47B,Moe,Lab,FR,Apache-2.0,yes,yes,2023-12,32,4096,32,8,128,gqa,32,,,,,,,,,131072,,,8,2,"
       "14336,32,,,3,,32000,no,32768,46.7,12.9,published,bf16,bf16,,,,,,,,config.json,2026-11\n"},
      {"accelerators.csv",
       "id,vendor,vendor_memory_gb,reported_memory_mib,memory_type,memory_gb_per_s,bf16_tflops,"
       "fp8_tflops,int8_tops,fp4_tflops,scale_up_link,scale_up_gb_per_s,scale_up_domain,pcie_gb_"
       "per_s,"
       "tdp_w,node_gpus,compute_capability,released,note,source,source_date\n"
       "H100-SXM,NVIDIA,80,81559,HBM3,3350,989.4,1978.9,1978.9,,NVLink4,900,8,64,700,8,9.0,2022-09,"
       ","
       "datasheet,2026-11\n"},
      {"gpu_offers.csv",
       "id,provider,provider_class,instance,accelerator,gpus,vcpus,memory_gib,region,term,usd_per_"
       "hour,"
       "status,date_quality,note,source,source_date\n"
       "l/h100x8,Lambda,neocloud,gpu_8x_h100,H100-SXM,8,208,1800,us,on_demand,31.92,current,exact,,"
       "price list,2026-10-19\n"},
      {"defaults.csv",
       "id,title,unit,value,low,high,family,p1,p2,p3,p4,note,source,source_date\n"
       "people.sre_usd_month,SRE,USD/month,20000,17000,21000,fixed,,,,,,survey,2026-03\n"
       "migration.months,Migration,months,6,3,14,pert,3,6,14,,,survey,2026-03\n"},
      {"quality.csv",
       "model,benchmark,score,weights,kind,note,source,source_date\n"
       "dense-8b,MMLU,68.9,open,independent,,board,2026-01-08\n"},
      {"quality_names.csv",
       "benchmark_model,kind,id,note,source,source_date\ndense-8b,open,lab/"
       "Dense-8B,,board,2026-01-08\n"},
      {"hosted_models.csv",
       "model,vendor,api_model,precision,note,source,source_date\n"
       "lab/Dense-8B,groq,dense-8b,unknown,,price list,2026-08-21\n"},
      {"compliance.csv",
       "regime,vendor,offering,covers,covered,conditions,evidence,source,source_date\n"
       "HIPAA_BAA,AWS,Bedrock,platform:bedrock,yes,,official,page,2026-06-01\n"},
      {"platforms.csv",
       "id,title,serves,pricing,note,source,source_date\n"
       "bedrock,Amazon Bedrock,anthropic;amazon,place:bedrock-region,,page,2026-06-01\n"}};
  return files;
}

}  // namespace breakeven::catalog
