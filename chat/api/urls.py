from django.urls import path

from chat.api import assistant

urlpatterns = [
    path("prompts/enhance", assistant.Enhance.as_view(), name="api_enhance"),
    path("images/recommend-model", assistant.RecommendModel.as_view(), name="api_recommend_model"),
    path("styles/suggest", assistant.SuggestStyles.as_view(), name="api_suggest_styles"),
]
